@NullMarked
package io.reconverge.entities;

import org.jspecify.annotations.NullMarked;
