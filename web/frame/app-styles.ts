import { css } from 'lit';

/** The frame around all views. */
export const appStyles = css`
  main {
    max-width: 80rem;
    margin: 0 auto;
    padding: 1.5rem max(clamp(1rem, 3vw, 2.5rem), env(safe-area-inset-right))
      calc(4rem + env(safe-area-inset-bottom)) max(clamp(1rem, 3vw, 2.5rem), env(safe-area-inset-left));
  }
  @media (max-width: 40rem) {
    main {
      padding-top: 0.5rem;
      /* The bar of views lies over the lower edge. */
      padding-bottom: calc(6rem + env(safe-area-inset-bottom));
    }
  }
  main:focus {
    outline: none;
  }
  .skip {
    position: absolute;
    left: 1rem;
    top: -4rem;
    z-index: 3;
    background: var(--jg-surface);
    padding: 0.5rem 1rem;
    border-radius: var(--jg-radius-small);
  }
  @media print {
    jg-top-bar,
    .skip {
      display: none;
    }
    main {
      padding: 0;
    }
  }
  .skip:focus {
    top: 0.75rem;
  }
  .health,
  .failed {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
    margin-bottom: 1.5rem;
  }
`;
