/** Whether a topic filter (MQTT 3.1.1, section 4.7) covers a topic, both by their levels. */
export function covers(filter: readonly string[], topic: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    // It stands for the level above, too, and for all below.
    if (level === '#') return index === filter.length - 1;
    const name = topic[index];
    if (name === undefined || (level !== '+' && level !== name)) return false;
  }
  return filter.length === topic.length;
}

/** Whether it covers it; what begins with `$` is covered by nothing that begins with a wildcard (section 4.7.2). */
export function filterCovers(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[#+]/.test(filter)) return false;
  return covers(filter.split('/'), topic.split('/'));
}

/** Whether a text can be a topic filter: wildcards alone in their levels, `#` the last. */
export function isTopicFilter(text: string): boolean {
  const levels = text.split('/');
  return (
    text.length > 0 &&
    text.length <= 256 &&
    !text.includes('\0') &&
    levels.every(
      (level, index) =>
        level === '+' || (level === '#' && index === levels.length - 1) || !/[#+]/.test(level),
    )
  );
}
