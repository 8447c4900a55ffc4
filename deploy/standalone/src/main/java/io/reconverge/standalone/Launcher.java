package io.reconverge.standalone;

import io.reconverge.parts.Broker;
import io.reconverge.parts.Database;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Starts everything: broker, database and issuer at once, then the services one after the other.
record Launcher(
        Settings settings,
        DataFolder folder,
        PortBook ports,
        RunningParts running,
        Progress progress) {
    private static final String LOOPBACK = "127.0.0.1";

    /// Returns when all services are ready.
    void start(ServiceList services) throws InterruptedException {
        // said before anything is started, if it is taken
        ports.of(Listener.GATEWAY);
        Addresses addresses = startPlatform();
        for (Service service : services.with(addresses)) {
            if (running.stopping()) {
                return;
            }
            startService(service);
        }
    }

    private Addresses startPlatform() throws InterruptedException {
        var threads = Thread.ofPlatform().name("start-", 0).factory();
        try (ExecutorService starting = Executors.newThreadPerTaskExecutor(threads)) {
            Future<Broker> broker = starting.submit(() -> startBroker());
            Future<Database> database = starting.submit(() -> startDatabase());
            Future<String> issuer = starting.submit(() -> startIssuer());
            return new Addresses(
                    broker.get().bootstrapServers(),
                    database.get(),
                    Services.ISSUER,
                    issuer.get() + "/oauth2/jwks",
                    Services.local(ports.of(Listener.FEED)));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CannotStart known
                    ? known
                    : new CannotStart("A part did not start.", e);
        }
    }

    private Broker startBroker() {
        long begin = System.nanoTime();
        Broker broker =
                started(
                        Listener.BROKER,
                        () ->
                                ports.open(
                                        Listener.BROKER,
                                        port -> Broker.start(folder.broker(), port)));
        progress.started(Listener.BROKER, begin, broker.bootstrapServers());
        return broker;
    }

    private Database startDatabase() {
        long begin = System.nanoTime();
        Database database =
                started(
                        Listener.DATABASE,
                        () ->
                                ports.open(
                                        Listener.DATABASE,
                                        port -> Database.start(folder.database(), port)));
        progress.started(Listener.DATABASE, begin, database.host() + ":" + database.port());
        return database;
    }

    private String startIssuer() {
        long begin = System.nanoTime();
        int port = ports.of(Listener.ISSUER);
        started(
                Listener.ISSUER,
                () -> Services.issuer(settings, folder, port).start(LOOPBACK, port));
        progress.started(Listener.ISSUER, begin, Services.local(port));
        return Services.local(port);
    }

    private void startService(Service service) throws InterruptedException {
        long begin = System.nanoTime();
        Listener listener = service.listener();
        int port = ports.of(listener);
        started(
                listener,
                () ->
                        service.start(
                                listener == Listener.GATEWAY ? settings.address() : LOOPBACK,
                                port));
        Readiness.await(listener, Services.local(port));
        progress.started(listener, begin, Services.local(port));
    }

    private <T extends AutoCloseable> T started(Listener listener, Supplier<T> start) {
        try {
            return running.add(listener, start.get());
        } catch (RuntimeException e) {
            throw CannotStart.because(listener.title(), e);
        }
    }

    /// Which services to start, in this order, once the addresses are known that they need.
    interface ServiceList {
        List<Service> with(Addresses addresses);
    }
}
