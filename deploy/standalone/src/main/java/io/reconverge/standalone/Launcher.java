package io.reconverge.standalone;

import io.reconverge.parts.Broker;
import io.reconverge.parts.Database;
import io.reconverge.parts.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Starts everything: broker, database, object store and issuer at once, then the services.
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
        for (List<Service> together : services.with(addresses)) {
            if (running.stopping()) {
                return;
            }
            startServices(together);
        }
    }

    private Addresses startPlatform() throws InterruptedException {
        try (ExecutorService starting = threads()) {
            Future<Broker> broker = starting.submit(() -> startBroker());
            Future<Database> database = starting.submit(() -> startDatabase());
            Future<ObjectStore> store = starting.submit(() -> startStore());
            Future<String> issuer = starting.submit(() -> startIssuer());
            String issuerUri = done(issuer);
            return new Addresses(
                    done(broker).bootstrapServers(),
                    done(database),
                    done(store),
                    Services.ISSUER,
                    issuerUri + "/oauth2/jwks",
                    issuerUri,
                    Services.local(ports.of(Listener.FEED)),
                    Services.local(ports.of(Listener.MEDIA)),
                    ports.of(Listener.MANAGEMENT));
        }
    }

    private void startServices(List<Service> together) throws InterruptedException {
        try (ExecutorService starting = threads()) {
            List<Future<Service>> started = new ArrayList<>();
            for (Service service : together) {
                started.add(
                        starting.submit(() -> {
                            startService(service);
                            return service;
                        }));
            }
            for (Future<Service> one : started) {
                done(one);
            }
        }
    }

    private static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("start-", 0).factory());
    }

    private static <T> T done(Future<T> part) throws InterruptedException {
        try {
            return part.get();
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

    private ObjectStore startStore() {
        long begin = System.nanoTime();
        ObjectStore store =
                started(
                        Listener.STORE,
                        () ->
                                ports.open(
                                        Listener.STORE,
                                        port -> ObjectStore.start(folder.objects(), port)));
        store.createBucket(Addresses.BUCKET);
        progress.started(Listener.STORE, begin, store.endpoint().toString());
        return store;
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
        String address = listener == Listener.GATEWAY ? settings.address() : LOOPBACK;
        Readiness.await(listener, started(listener, () -> service.start(address, port)));
        progress.started(listener, begin, Services.local(port));
    }

    private <T extends AutoCloseable> T started(Listener listener, Supplier<T> start) {
        try {
            return running.add(listener, start.get());
        } catch (RuntimeException e) {
            throw CannotStart.because(listener.title(), e);
        }
    }

    /// Which services to start, once the addresses are known that they need: in this order, those
    /// of one list together.
    interface ServiceList {
        List<List<Service>> with(Addresses addresses);
    }
}
