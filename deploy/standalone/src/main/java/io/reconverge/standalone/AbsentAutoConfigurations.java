package io.reconverge.standalone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/// Keeps from a service what it does not have in production. All services share one class path
/// here, and Spring Boot would configure for each of them whatever it finds there.
final class AbsentAutoConfigurations implements AutoConfigurationImportFilter, EnvironmentAware {
    static final String PROPERTY = "reconverge.standalone.absent";

    private List<String> absent = List.of();

    @Override
    public void setEnvironment(Environment environment) {
        absent =
                Binder.get(environment)
                        .bind(PROPERTY, Bindable.listOf(String.class))
                        .orElse(List.of());
    }

    @Override
    public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
        boolean[] kept = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String name = classes[i];
            kept[i] = name == null || absent.stream().noneMatch(name::startsWith);
        }
        return kept;
    }
}
