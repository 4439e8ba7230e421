/** What of a hash lets a stranger in: `#/share/TOKEN`; null: nothing. */
export const shareTokenOf = (hash: string): string | null =>
  /^#\/share\/([\w-]{20,100})$/.exec(hash)?.[1] ?? null;

/** The address that shows a view to whoever has it. */
export const shareLinkOf = (share: string, pageUrl: string): string => {
  const url = new URL(pageUrl);
  url.hash = `#/share/${share}`;
  url.search = '';
  return url.href;
};
