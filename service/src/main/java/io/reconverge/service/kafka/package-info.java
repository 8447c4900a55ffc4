/// The topics, and whether the broker answers.
@NullMarked
package io.reconverge.service.kafka;

import org.jspecify.annotations.NullMarked;
