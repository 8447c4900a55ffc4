@NullMarked
package io.reconverge.ingest.apply;

import org.jspecify.annotations.NullMarked;
