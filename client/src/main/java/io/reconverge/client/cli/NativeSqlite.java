package io.reconverge.client.cli;

final class NativeSqlite {
    private NativeSqlite() {}

    static void keepUnpacked() {}
}
