@NullMarked
package io.reconverge.service.request;

import org.jspecify.annotations.NullMarked;
