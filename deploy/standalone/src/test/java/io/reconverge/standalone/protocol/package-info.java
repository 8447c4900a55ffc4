/// The protocols of other apps against the whole pipeline, as their clients speak them.
@NullMarked
package io.reconverge.standalone.protocol;

import org.jspecify.annotations.NullMarked;
