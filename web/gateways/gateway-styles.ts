import { css } from 'lit';

/** Panels of a gateway's page: a title, facts by name, progress, rows of buttons and questions. */
export const gatewayStyles = css`
  section.panel,
  form,
  .box {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  section.panel {
    padding: 1.25rem;
  }
  form {
    justify-items: start;
  }
  .box {
    padding: 0.75rem 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
  }
  h3 {
    font-size: 1rem;
    overflow-wrap: anywhere;
  }
  dl.facts {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.375rem 1rem;
  }
  .facts dt {
    color: var(--jg-muted);
  }
  dd,
  .why {
    overflow-wrap: anywhere;
  }
  details > ul {
    display: grid;
    gap: 0.25rem;
    margin-top: 0.375rem;
  }
  progress {
    width: 100%;
    accent-color: var(--jg-accent);
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2rem;
    font-weight: 400;
  }
`;
