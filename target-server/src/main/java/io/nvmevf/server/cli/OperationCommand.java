package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A command that may start an operation. */
abstract class OperationCommand extends ApiCommand {
    @Option(names = "--no-wait", description = "Print the operation and do not wait for its end.")
    boolean noWait;

    /** Prints what became of it. */
    interface Done {
        void print() throws CliException;
    }

    /**
     * Waits for the operation, if the answer is one.
     *
     * @param done prints the end in a table; JSON is the operation itself
     */
    final void finish(ApiClient client, JsonNode answer, Done done) throws CliException {
        if (!Progress.isOperation(answer)) {
            done.print();
        } else if (noWait) {
            printOne(answer, OpCommands.CARD);
        } else {
            JsonNode ended = new Progress(client, err(), terminal())
                    .await(answer.path("id").asText());
            if (output == Output.Format.JSON) {
                Output.json(out(), ended);
            } else {
                done.print();
            }
        }
    }

    /** How to erase. */
    static final class WipeOptions {
        @Option(
                names = "--method",
                paramLabel = "crypto|zero|deallocate|overwrite",
                description =
                        "How to erase. Default: crypto if it is encrypted, deallocate in a memory pool, else zero.")
        @Nullable
        Method method;

        @Option(names = "--passes", paramLabel = "N", description = "Passes of overwrite, 1 to 16. Default: 1.")
        @Nullable
        Integer passes;

        @Option(
                names = "--pattern",
                paramLabel = "BITS",
                converter = Pattern.class,
                description = "The 32 bits that overwrite writes, such as 0xdeadbeef. Default: 0.")
        @Nullable
        Long pattern;

        @Option(names = "--invert", description = "Invert the pattern in every second pass of overwrite.")
        boolean invert;

        @Option(
                names = "--verify",
                paramLabel = "full|sampled",
                description = "How much is read back. Default: full after zero and overwrite, else sampled.")
        @Nullable
        Verify verification;

        /** The words of the API. */
        enum Method {
            CRYPTO,
            ZERO,
            DEALLOCATE,
            OVERWRITE
        }

        /** The words of the API. */
        enum Verify {
            FULL,
            SAMPLED
        }

        boolean isEmpty() {
            return method == null && passes == null && pattern == null && !invert && verification == null;
        }

        /** Puts them into a body, if there are any. */
        ObjectNode into(ObjectNode body) {
            if (!isEmpty()) {
                ObjectNode wipe = body.putObject("wipe");
                if (method != null) {
                    wipe.put("method", OpCommands.word(method));
                }
                if (passes != null) {
                    wipe.put("passes", passes);
                }
                if (pattern != null) {
                    wipe.put("pattern", pattern);
                }
                if (invert) {
                    wipe.put("invert", true);
                }
                if (verification != null) {
                    wipe.put("verification", OpCommands.word(verification));
                }
            }
            return body;
        }

        /** As a query, with its question mark; empty if there are none. */
        String query() {
            StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
            into(ApiClient.object())
                    .path("wipe")
                    .properties()
                    .forEach(
                            one -> query.add(one.getKey() + "=" + one.getValue().asText()));
            return query.toString();
        }
    }

    /** {@code 0xdeadbeef} or decimal. */
    static final class Pattern implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long bits = Long.decode(text);
                if (bits >= 0 && bits <= 0xFFFF_FFFFL) {
                    return bits;
                }
            } catch (NumberFormatException e) {
                // Refused below, as one that is out of range.
            }
            throw new TypeConversionException("'" + text + "' is no pattern of 32 bits; write such as 0xdeadbeef");
        }
    }
}
