import { css } from 'lit';
import { barStyles } from '../frame/bar-styles.ts';

/** The page around the parts. */
export const labPageStyles = css`
  ${barStyles}
  .bar,
  main {
    max-width: 80rem;
    margin: 0 auto;
    padding-inline: max(clamp(1rem, 3vw, 2.5rem), env(safe-area-inset-right));
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding-block: calc(0.75rem + env(safe-area-inset-top)) 0.75rem;
  }
  /* The mark alone says it where the way to the page needs the room. */
  @media (max-width: 26rem) {
    .name {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  main {
    display: grid;
    gap: 1.5rem;
    padding-block: 1rem 3rem;
  }
  main > * {
    min-width: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .state {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
  }
  .log {
    display: grid;
    gap: 1rem;
    padding: clamp(1rem, 2.5vw, 1.5rem);
  }
  .log li {
    padding: 0.25rem 0;
  }
  section > h2 {
    margin-bottom: 0.75rem;
  }
  .log > h2 {
    margin-bottom: 0;
  }
  .parts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
    gap: 1rem;
    align-items: start;
  }
`;
