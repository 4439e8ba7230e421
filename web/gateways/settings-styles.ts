import { css } from 'lit';

/** Fields of lines and meters, as many beside each other as there is room. */
export const settingsStyles = css`
  :host,
  form,
  section {
    display: grid;
    gap: 1rem;
    min-width: 0;
  }
  form {
    gap: 2rem;
  }
  .items {
    display: grid;
    gap: 0.75rem;
  }
  .item {
    position: relative;
    padding: 1rem 1.25rem 1.25rem;
  }
  fieldset {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(3.5rem, 1fr));
    gap: 0.75rem;
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0 0 0.5rem;
    font-weight: 600;
  }
  .field {
    align-content: start;
    min-width: 0;
    grid-column: span 2;
  }
  .field.kind,
  .field.parity,
  .field.name {
    grid-column: span 3;
  }
  .field.profile,
  .field.port {
    grid-column: span 4;
  }
  .field select {
    width: 100%;
  }
  .field label {
    font-size: 0.8125rem;
    color: var(--jg-muted);
  }
  .field p {
    font-size: 0.8125rem;
  }
  select[aria-invalid='true'] {
    border-color: var(--jg-bad);
  }
  .remove {
    position: absolute;
    top: 0.5rem;
    right: 0.75rem;
    padding: 0.375rem;
    min-width: 2.5rem;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
    padding: 0.75rem 0;
    background: var(--jg-ground);
    border-top: 1px solid var(--jg-border);
  }
  .actions.open {
    position: sticky;
    bottom: 0;
  }
  .hint {
    padding: 0.75rem 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-accent-tint);
  }
  .others {
    padding: 0.75rem 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-bad-tint);
    color: var(--jg-bad);
  }
  @media (max-width: 40rem) {
    fieldset {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .field {
      grid-column: span 1;
    }
    .field:is(.kind, .parity, .name, .profile, .port) {
      grid-column: span 2;
    }
    .actions.open {
      bottom: 3.75rem;
    }
  }
`;
