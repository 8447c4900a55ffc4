package io.reconverge.standalone.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The row of the table in the gateway's README whose cell a test holds, in the column of the
/// protocol that its class is of.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Behaviour {

    String[] value();
}
