@NullMarked
package io.reconverge.gateway.entity;

import org.jspecify.annotations.NullMarked;
