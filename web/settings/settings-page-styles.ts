import { css } from 'lit';

/** Panels of the settings view: a name at the left, what is chosen or said at the right. */
export const settingsPageStyles = css`
  .panels {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
    gap: 1.25rem;
    align-items: start;
  }
  .panels section {
    display: grid;
    gap: 1rem;
  }
  .column {
    display: grid;
    gap: 1.25rem;
  }
  .panels section > *,
  :host > dl {
    min-width: 0;
  }
  dl {
    display: grid;
    gap: 0.875rem;
  }
  dt {
    font-weight: 500;
    font-size: 0.9375rem;
  }
  dd {
    overflow-wrap: anywhere;
  }
  form {
    display: grid;
    gap: 0.75rem;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
  }
`;
