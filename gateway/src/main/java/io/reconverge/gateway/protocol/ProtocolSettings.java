package io.reconverge.gateway.protocol;

import io.reconverge.service.settings.Bounds;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param wholeMax bytes of pages that are held for one answer which is to have everything; 64KB to
///   1GB. Some protocols go on in a further answer, others refuse
@ConfigurationProperties("reconverge.gateway.protocols")
record ProtocolSettings(@DefaultValue("32MB") DataSize wholeMax) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway.protocols");

    ProtocolSettings {
        BOUNDS.within("whole-max", wholeMax, DataSize.ofKilobytes(64), DataSize.ofGigabytes(1));
    }
}
