package io.mlxmanager.base.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerLogTest {

    private final Logger root = Logger.getLogger("io.mlxmanager.base.log.ServerLogTest.root");
    private final Logger details = Logger.getLogger(root.getName() + "-details");
    private final Logger below = Logger.getLogger(root.getName() + ".below");
    private final List<String> told = new ArrayList<>();
    private final Handler container = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.INFO.intValue()) {
                told.add(entry.getLevel() + " " + entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        root.addHandler(container);
        details.addHandler(container);
        root.setUseParentHandlers(false);
        details.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        root.removeHandler(container);
        details.removeHandler(container);
    }

    @Test
    void detailsReachALogThatDropsThemOnceTheyAreWanted() {
        ServerLog log = new ServerLog(root);
        below.fine("nobody asked");
        log.level(LogLevel.DEBUG);
        below.fine("a detail");
        below.finest("a detail too many");
        below.info("a message");
        log.level(LogLevel.INFO);
        below.fine("nobody asks any more");
        assertThat(told).containsExactly("INFO [FINE] a detail", "INFO a message");
    }

    @Test
    void whatIsLessUrgentThanTheLevelIsNotTold() {
        new ServerLog(root).level(LogLevel.ERROR);
        below.warning("late");
        below.severe("broken");
        assertThat(told).containsExactly("SEVERE broken");
    }

    @ParameterizedTest
    @EnumSource
    void theLevelThatWasSetIsTheOneThatHolds(LogLevel level) {
        ServerLog log = new ServerLog(root);
        log.level(level);
        assertThat(log.level()).isEqualTo(level);
        assertThat(LogLevel.ofWord(level.word())).contains(level);
    }

    @ParameterizedTest
    @CsvSource({"CONFIG, INFO", "FINER, DEBUG", "ALL, TRACE", "OFF, ERROR"})
    void levelsOfTheContainerAreNamedByWhatTheyLetThrough(String container, LogLevel level) {
        assertThat(LogLevel.of(Level.parse(container))).isEqualTo(level);
    }
}
