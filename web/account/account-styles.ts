import { css } from 'lit';

/** A field for a password with its eye inside. */
export const passwordStyles = css`
  .password {
    position: relative;
  }
  .password input {
    padding-right: 3rem;
  }
  .password .eye {
    position: absolute;
    inset: 1px 1px 1px auto;
    min-height: 0;
    padding: 0 0.625rem;
    color: var(--jg-muted);
  }
  .password .eye[aria-pressed='true'] {
    color: var(--jg-accent);
  }
`;

/** The card that stands before the page: signing in, a new password, a link. */
export const doorStyles = css`
  section {
    max-width: 25rem;
    margin: clamp(1rem, 10vh, 6rem) auto 0;
    padding: clamp(1.25rem, 5vw, 2rem);
  }
  form,
  .head {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
  }
  .head {
    gap: 0.5rem;
    margin-bottom: 1.5rem;
  }
  h1 {
    letter-spacing: -0.01em;
  }
  form > button,
  .stack button {
    min-height: 2.75rem;
  }
  .stack {
    display: grid;
    gap: 0.75rem;
  }
  .back {
    margin-top: 0.75rem;
    text-align: center;
  }
`;
