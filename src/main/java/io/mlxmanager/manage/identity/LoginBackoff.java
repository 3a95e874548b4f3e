package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.LoginConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Slows down the guessing of passwords. Counted are wrong passwords per account and address together, per address over
 * all accounts, and per account over all addresses; beyond a free number each further one makes the next wait, from one
 * second doubling up to a limit. What is refused while waiting is not counted, so a wait always ends. A right password
 * forgets what was counted for that account and address, and for the account.
 *
 * <p>The count over all addresses does not bind the last administrator: whoever guesses from elsewhere must not be able
 * to keep the only person out who could do something about it.
 *
 * <p>Kept in memory, bounded, guarded by its own monitor.
 */
public final class LoginBackoff {

    private static final int MAX_ENTRIES = 20_000;
    private static final Duration FORGET_AFTER = Duration.ofMinutes(30);
    /** An address may belong to an office, an account to a forgetful person with many devices. */
    private static final int WIDE_FACTOR = 4;

    private final LoginConfig config;
    private final Clock clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Count(int failures, Instant lastFailure, Instant waitUntil) {}

    public LoginBackoff(LoginConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** How long this account must wait at this address; zero when it may try now. */
    public synchronized Duration delay(String account, String address, boolean lastAdministrator) {
        Instant now = clock.instant();
        Instant until = now;
        for (String key : keys(account, address)) {
            Count count = counts.get(key);
            boolean binds = !(lastAdministrator && key.equals(accountKey(account)));
            if (binds && count != null && count.waitUntil().isAfter(until)) {
                until = count.waitUntil();
            }
        }
        return Duration.between(now, until);
    }

    public synchronized void failed(String account, String address) {
        Instant now = clock.instant();
        for (String key : keys(account, address)) {
            counts.put(key, next(counts.get(key), key.equals(pairKey(account, address)), now));
        }
    }

    public synchronized void succeeded(String account, String address) {
        counts.remove(pairKey(account, address));
        counts.remove(accountKey(account));
    }

    private Count next(Count before, boolean narrow, Instant now) {
        boolean forgotten =
                before == null || before.lastFailure().plus(FORGET_AFTER).isBefore(now);
        int failures = forgotten ? 1 : before.failures() + 1;
        int free = narrow ? config.freeAttempts() : config.freeAttempts() * WIDE_FACTOR;
        if (failures < free) {
            return new Count(failures, now, now);
        }
        Duration doubled = Duration.ofSeconds(1L << Math.min(failures - free, 30));
        Duration wait = doubled.compareTo(config.maxDelay()) < 0 ? doubled : config.maxDelay();
        return new Count(failures, now, now.plus(wait));
    }

    private static List<String> keys(String account, String address) {
        return List.of(pairKey(account, address), accountKey(account), "address " + address);
    }

    private static String pairKey(String account, String address) {
        return "pair " + address + " " + account;
    }

    private static String accountKey(String account) {
        return "account " + account;
    }
}
