package io.reconverge.chaos.device;

import java.net.URI;
import java.util.List;

/// What a process of devices is told.
///
/// @param gateway where devices find the server
/// @param seed of what its devices do
public record HostPlan(URI gateway, long seed, List<DevicePlan> devices) {

    public HostPlan {
        devices = List.copyOf(devices);
    }

    /// @param folder of its replica and its journal
    public record DevicePlan(
            String name, String user, String token, String folder, List<SpacePlan> spaces) {
        public DevicePlan {
            spaces = List.copyOf(spaces);
        }
    }

    /// @param id a UUID, of one's own space as well
    /// @param called what a device calls it: `me`, or the id
    /// @param home what is written into each entity of it
    public record SpacePlan(String id, String called, String home) {}
}
