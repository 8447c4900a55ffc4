package io.reconverge.gateway.protocol.logdate;

import io.reconverge.service.settings.Bounds;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param jsonMediaMax bytes of a body that carries a medium in JSON, which is held whole; 1KB to
///   64MB. Forms are not held, and may be as large as the media service takes
/// @param publicOrigin what download URLs begin with, such as `https://sync.example`; by default
///   the scheme and host that the request came to
@ConfigurationProperties("reconverge.gateway.logdate")
record LogdateSettings(@DefaultValue("16MB") DataSize jsonMediaMax, @Nullable URI publicOrigin) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway.logdate");

    LogdateSettings {
        BOUNDS.within(
                "json-media-max", jsonMediaMax, DataSize.ofKilobytes(1), DataSize.ofMegabytes(64));
    }
}
