@NullMarked
package io.reconverge.ingest;

import org.jspecify.annotations.NullMarked;
