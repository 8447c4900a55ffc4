package io.reconverge.gateway.protocol.keyflow;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

/// Only there while `reconverge.gateway.protocols.keyflow` is not false.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ConditionalOnBooleanProperty(name = "reconverge.gateway.protocols.keyflow", matchIfMissing = true)
@interface OnKeyflow {}
