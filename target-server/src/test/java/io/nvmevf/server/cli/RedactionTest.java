package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DHHC-1:00:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n:",
                "DHHC-1:03:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n",
                "NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
                "nvmevf_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM",
                "sealed:0011223344556677:AAAAAAAAAAAAAAAAAAAAAAAA",
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----",
                "bearer 0123456789abcdefghij"
            })
    void takesOutWhatLooksLikeASecret(String secret) {
        assertThat(Redaction.of("before " + secret + " after")).isEqualTo("before (redacted) after");
        assertThat(Redaction.of("{\"x\":\"" + secret.replace("\n", "\\n") + "\"}"))
                .isEqualTo("{\"x\":\"(redacted)\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvmevf_host_log_lines_left_out_total 3.0",
                "nvmevf_vf_latency_seconds_bucket{vf=\"vf1\",le=\"0.001\"} 1",
                "nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111",
                "DH-HMAC-CHAP with SHA-256",
                "the bearer token is not valid"
            })
    void leavesTheRest(String text) {
        assertThat(Redaction.of(text)).isEqualTo(text);
    }
}
