@NullMarked
package io.reconverge.service.settings;

import org.jspecify.annotations.NullMarked;
