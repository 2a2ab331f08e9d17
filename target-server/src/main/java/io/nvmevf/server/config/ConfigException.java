package io.nvmevf.server.config;

import java.util.List;

/** The configuration is refused. */
public final class ConfigException extends Exception {

    private final List<String> errors;

    ConfigException(List<String> errors) {
        super(String.join("\n", errors));
        this.errors = List.copyOf(errors);
    }

    /** Each as {@code file:line: key: what is wrong; what is allowed}, in the order of the lines. At least one. */
    public List<String> errors() {
        return errors;
    }
}
