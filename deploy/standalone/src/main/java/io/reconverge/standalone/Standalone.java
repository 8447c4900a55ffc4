package io.reconverge.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import reactor.netty.ReactorNetty;

/// All of Reconverge in one process: broker, database, object store, issuer and the services, as in
/// production but for the machine they share.
public final class Standalone {
    private Standalone() {}

    public static void main(String[] arguments) {
        main(Services::all);
    }

    /// Ends the process with 1 and one sentence when it cannot start.
    static void main(Launcher.ServiceList services) {
        try {
            run(System.getenv(), services, new Progress(System.out));
        } catch (CannotStart e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts everything and returns; a signal to the process stops it.
    static void run(
            Map<String, String> environment, Launcher.ServiceList services, Progress progress)
            throws InterruptedException {
        long begin = System.nanoTime();
        Settings settings = Settings.from(environment);
        DataFolder folder = DataFolder.open(settings.data());
        Logs.to(folder.log());
        // each service has answered what it had in hand before its event loops end: no need to wait
        // two seconds for more
        System.setProperty(ReactorNetty.SHUTDOWN_QUIET_PERIOD, "0");
        progress.say("Reconverge starts on " + folder.root());
        var running = new RunningParts(progress);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, folder), "stop"));
        try {
            new Launcher(
                            settings,
                            folder,
                            new PortBook(folder.ports(), settings.ports()),
                            running,
                            progress)
                    .start(services);
        } catch (CannotStart e) {
            LoggerFactory.getLogger(Standalone.class).error("{}", e.getMessage(), e);
            throw e.getCause() == null
                    ? e
                    : new CannotStart(
                            "%s\nMore is in %s".formatted(e.getMessage(), folder.log()), e);
        } finally {
            running.complete();
        }
        if (!running.stopping()) {
            progress.say(welcome(settings, folder, Progress.secondsSince(begin)));
        }
    }

    private static void stop(RunningParts running, DataFolder folder) {
        try {
            running.stop();
            folder.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder was not unlocked", e);
        }
    }

    private static String welcome(Settings settings, DataFolder folder, double seconds) {
        Path usual = Path.of(System.getProperty("user.home"), ".reconverge");
        String where =
                folder.root().equals(usual) ? "" : "RECONVERGE_DATA=%s ".formatted(folder.root());
        return String.format(
                Locale.ROOT,
                """

                Reconverge is ready after %.1f s.
                  gateway   %s
                  token     %sdeploy/standalone/token alice
                  data      %s
                  log       %s
                  stop      Ctrl-C
                The issuer is for development: any name is a user.\
                """,
                seconds,
                Services.local(settings.port()),
                where,
                folder.root(),
                folder.log());
    }
}
