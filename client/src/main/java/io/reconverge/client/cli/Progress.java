package io.reconverge.client.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Bars on stderr for what takes a while, where stderr is a terminal; else nothing.
final class Progress {

    private static final int COLUMNS_DEFAULT = 80;

    private final Surroundings surroundings;
    private final boolean shown;

    Progress(Surroundings surroundings, boolean wanted) {
        this.surroundings = surroundings;
        this.shown = wanted && surroundings.errIsTerminal();
    }

    /// A bar that goes when it is closed. Safe for many threads.
    ///
    /// @param unit such as ` MiB`, of so many
    Bar bar(String task, String unit, long unitSize) {
        if (!shown) {
            return new Bar(null);
        }
        int columns = surroundings.columns() == 0 ? COLUMNS_DEFAULT : surroundings.columns();
        return new Bar(
                new ProgressBarBuilder()
                        .setTaskName(Printer.escaped(task))
                        .setUnit(unit, unitSize)
                        .setInitialMax(-1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .clearDisplayOnFinish()
                        .setConsumer(new Vanishing(surroundings.err(), columns - 1))
                        .build());
    }

    Bar bytes(String task) {
        return bar(task, " MiB", 1024 * 1024);
    }

    /// Leaves no line behind.
    private static final class Vanishing extends ConsoleProgressBarConsumer {

        Vanishing(PrintStream out, int columns) {
            super(out, columns);
        }

        @Override
        public void close() {
            clear();
        }
    }

    /// How far something is.
    static final class Bar implements AutoCloseable {

        private final @Nullable ProgressBar bar;

        private Bar(@Nullable ProgressBar bar) {
            this.bar = bar;
        }

        /// @param total negative for not known
        void at(long done, long total) {
            if (bar != null) {
                bar.maxHint(total);
                bar.stepTo(done);
            }
        }

        void more(long steps) {
            if (bar != null) {
                bar.stepBy(steps);
            }
        }

        void message(String text) {
            if (bar != null) {
                bar.setExtraMessage(Printer.escaped(text));
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
