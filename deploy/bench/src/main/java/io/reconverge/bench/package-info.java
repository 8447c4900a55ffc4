/// How fast Reconverge is: the same load on it and on an alternative, in turns.
@NullMarked
package io.reconverge.bench;

import org.jspecify.annotations.NullMarked;
