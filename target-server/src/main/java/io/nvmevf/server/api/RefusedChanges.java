package io.nvmevf.server.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.nvmevf.server.control.Actor;
import java.time.Duration;

/**
 * Which changes that somebody may not make are worth a line in the audit log, each of which costs the disk: the first of everybody in
 * a minute. All are counted in the metrics. Only those are looked at who are somebody: there are as many as tokens and users.
 */
final class RefusedChanges {
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final int MAX_ACTORS = 1024;

    private final Cache<Actor, Boolean> noted;

    RefusedChanges(Ticker time) {
        noted = Caffeine.newBuilder()
                .ticker(time)
                .expireAfterWrite(EVERY)
                .maximumSize(MAX_ACTORS)
                .executor(Runnable::run)
                .build();
    }

    /** Whether this one is to be noted. */
    boolean isDue(Actor actor) {
        return noted.asMap().putIfAbsent(actor, true) == null;
    }
}
