package io.reconverge.chaos.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.json.JsonMapper;

/// A process of devices. Argument: the file of its [HostPlan]. What it is told on its standard
/// input it answers on its standard output, a line each: `quiet` ends the editing, `settle` has
/// every device send and read all there is, `stop` ends it.
public final class DeviceHost {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PAUSE_MAX_MILLIS = 700;

    private final List<Device> devices = new ArrayList<>();
    private final List<Thread> hands = new ArrayList<>();
    private volatile boolean quiet;

    private DeviceHost() {}

    public static void main(String[] arguments) throws Exception {
        HostPlan plan = JSON.readValue(Path.of(arguments[0]).toFile(), HostPlan.class);
        // another life, other deeds
        Random random = new Random(plan.seed() * 31 + ProcessHandle.current().pid());
        var host = new DeviceHost();
        for (HostPlan.DevicePlan device : plan.devices()) {
            Random own = new Random(random.nextLong());
            Device opened = new Device(device, plan.gateway(), own);
            host.devices.add(opened);
            host.hands.add(
                    Thread.ofPlatform().name(device.name()).start(() -> host.use(opened, own)));
        }
        host.obey();
        System.exit(0);
    }

    private void use(Device device, Random random) {
        try {
            while (!quiet) {
                device.step();
                Thread.sleep(random.nextInt(PAUSE_MAX_MILLIS));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            say("failed " + failure);
            failure.printStackTrace();
        }
    }

    private void obey() throws IOException, InterruptedException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            switch (command) {
                case "quiet" -> {
                    quiet = true;
                    for (Thread hand : hands) {
                        hand.join();
                    }
                    say("quiet");
                }
                case "settle" -> settle();
                case "stop" -> {
                    devices.forEach(Device::close);
                    say("stopped");
                    return;
                }
                default -> say("unknown " + command);
            }
        }
    }

    private void settle() throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(devices.size())) {
            List<Future<Device.Settled>> settling = new ArrayList<>();
            for (Device device : devices) {
                settling.add(threads.submit(device::settle));
            }
            List<Device.Settled> settled = new ArrayList<>();
            for (Future<Device.Settled> one : settling) {
                try {
                    settled.add(one.get());
                } catch (java.util.concurrent.ExecutionException failure) {
                    settled.add(new Device.Settled("?", 0, 1, String.valueOf(failure.getCause())));
                }
            }
            long sent = settled.stream().mapToLong(Device.Settled::sent).sum();
            long unsettled = settled.stream().mapToLong(Device.Settled::unsettled).sum();
            String trouble =
                    settled.stream()
                            .filter(one -> one.unsettled() > 0)
                            .map(one -> one.device() + " " + one.trouble())
                            .findFirst()
                            .orElse("");
            say("settled %d %d %s".formatted(sent, unsettled, trouble.replace('\n', ' ')));
        }
    }

    private static synchronized void say(String line) {
        System.out.println("> " + line);
        System.out.flush();
    }
}
