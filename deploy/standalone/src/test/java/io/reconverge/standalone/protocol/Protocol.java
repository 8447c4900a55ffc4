package io.reconverge.standalone.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Which protocol a class of tests is of: the name of a column in the gateway's README.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Protocol {

    String value();
}
