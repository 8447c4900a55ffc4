@NullMarked
package io.reconverge.ingest.publish;

import org.jspecify.annotations.NullMarked;
