package io.reconverge.gateway.sync;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.service.write.EntityRules;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.service.write.Writes;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

@Configuration(proxyBeanMethods = false)
class SyncConfiguration {

    /// Before routes and controllers: what most requests ask for is found by its path alone. To ask
    /// all of those first took more processor time than to read the push.
    private static final int FIRST = -2;

    @Bean
    SimpleUrlHandlerMapping syncMapping(
            Bodies bodies,
            EntityRules rules,
            Writes writes,
            FeedClient feed,
            WriteSettings settings,
            Clock clock) {
        SyncHandler handler =
                new SyncHandler(
                        bodies, new PushReader(rules, clock), writes, feed, settings, clock);
        return new SimpleUrlHandlerMapping(Map.of(SyncHandler.PATTERN, handler), FIRST);
    }
}
