/**
 * How long a test waits for what is sure to come, on a machine as busy as any: where it comes, this costs nothing. The time
 * of a whole test is longer, so that a wait in vain is told with what was waited for.
 */
export const patienceMs = 60_000;

/** How long a visitor waits for anything in a browser, which draws and asks beside the test. */
export const visitorPatienceMs = 90_000;
