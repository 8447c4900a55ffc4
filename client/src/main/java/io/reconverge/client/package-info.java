/// Local-first data for apps: writes land in a local file at once, and reach the server when they
/// can.
@NullMarked
package io.reconverge.client;

import org.jspecify.annotations.NullMarked;
