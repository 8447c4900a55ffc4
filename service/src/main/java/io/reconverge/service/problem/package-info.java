/// How errors are told: RFC 9457 for everything, whoever raised it.
@NullMarked
package io.reconverge.service.problem;

import org.jspecify.annotations.NullMarked;
