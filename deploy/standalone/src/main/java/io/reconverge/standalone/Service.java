package io.reconverge.standalone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A Spring application that is started beside the others in this process.
///
/// @param listener whose port it has
/// @param name of its own configuration file, without `.yml`, so that it does not read another's;
///   and what a person calls it
/// @param application its main class
/// @param type said outright, since the class path has both kinds
/// @param properties what it is told, over its own file
/// @param absent prefixes of autoconfigurations that are on the class path for another's sake
record Service(
        Listener listener,
        String name,
        Class<?> application,
        WebApplicationType type,
        Map<String, Object> properties,
        List<String> absent) {

    Service {
        properties = Map.copyOf(properties);
        absent = List.copyOf(absent);
    }

    ConfigurableApplicationContext start(String address, int port) {
        Map<String, Object> told = new LinkedHashMap<>(properties);
        told.put("server.address", address);
        told.put("server.port", port);
        told.put("spring.config.name", name);
        told.put(AbsentAutoConfigurations.PROPERTY, String.join(",", absent));
        told.put("spring.main.banner-mode", "off");
        // as arguments, which stand above environment variables: those would be for every service
        // alike
        String[] arguments =
                told.entrySet().stream()
                        .map(property ->
                                "--%s=%s".formatted(property.getKey(), property.getValue()))
                        .toArray(String[]::new);
        return new SpringApplicationBuilder(application)
                .main(application)
                .web(type)
                // standalone stops its parts itself, in order
                .registerShutdownHook(false)
                .run(arguments);
    }
}
