import { css } from 'lit';

/** Links that look like buttons, and the heads of pages. */
export const pageStyles = css`
  .page {
    display: grid;
    gap: 1.5rem;
  }
  .page > *,
  .page section {
    min-width: 0;
  }
  .crumbs {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.5rem;
    font-size: 0.875rem;
  }
  .crumbs li + li::before {
    content: '›';
    color: var(--jg-muted);
    margin-right: 0.5rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  section.panel {
    padding: clamp(1rem, 2.5vw, 1.5rem);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
  }
  code,
  .mono {
    font-family: ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace;
    font-size: 0.9375em;
  }
  code {
    overflow-wrap: anywhere;
  }
  .bad {
    color: var(--jg-bad);
  }
  .warn {
    color: var(--jg-warn);
  }
  .well {
    color: var(--jg-well);
  }
`;
