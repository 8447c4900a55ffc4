@NullMarked
package io.reconverge.service;

import org.jspecify.annotations.NullMarked;
