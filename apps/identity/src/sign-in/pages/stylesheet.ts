/**
 * The look of all pages. Colours of the organization are custom properties (`theme.ts`). What
 * can be operated is at least 44 pixels high (WCAG 2.2, 2.5.5), text never smaller than 14.
 */
export const STYLESHEET = `
*,*::before,*::after{box-sizing:border-box}
:root{color-scheme:light dark;--card:#fff;--text:#14161b;--soft:#565d69;--line:#dfe2e8;--field:#fff;
--field-edge:#7f8794;--hover:#f3f4f7;--danger:#b3201c;--danger-soft:#fdf1f0;--danger-line:#f0c4c1;
--note:#7a4d00;--note-soft:#fff6e0;--good:#17663a;--good-soft:#e5f5ec;
--shadow:0 1px 2px rgb(15 20 30/6%),0 12px 32px rgb(15 20 30/9%)}
@media (prefers-color-scheme:dark){:root{--card:#181b21;--text:#f2f3f5;--soft:#a9afba;--line:#2c313a;
--field:#101216;--field-edge:#757d8b;--hover:#22262e;--danger:#ff9a94;--danger-soft:#351b1c;
--danger-line:#6b2f2d;--note:#f4c775;--note-soft:#33270f;--good:#7fd9a5;--good-soft:#15301f;
--shadow:0 1px 0 rgb(255 255 255/4%) inset,0 16px 40px rgb(0 0 0/45%)}}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;
justify-content:center;gap:1.25rem;padding:2rem 1rem;background:var(--page);color:var(--on-page);
font:400 1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;
-webkit-font-smoothing:antialiased}
.card{width:100%;max-width:26.5rem;background:var(--card);color:var(--text);border:1px solid var(--line);
border-radius:1rem;box-shadow:var(--shadow);padding:2rem;overflow-wrap:anywhere}
.brand{display:flex;align-items:center;gap:.75rem;margin:0 0 1.5rem;font-weight:600;min-width:0}
.brand-name{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;min-width:0;line-height:1.3}
.logo,.tile{flex:none;width:2.5rem;height:2.5rem;border-radius:.65rem}
.logo{object-fit:contain}
.tile{display:grid;place-items:center;background:var(--primary);color:var(--on-primary);font-size:1.15rem;font-weight:650}
.tile.round{border-radius:50%}
.tile.plain{background:var(--hover);color:var(--text);border:1px solid var(--line)}
.badge{margin-inline-start:auto;flex:none;padding:.1rem .55rem;border-radius:1rem;background:var(--note-soft);color:var(--note);font-size:.875rem;font-weight:600}
h1{margin:0 0 .35rem;font-size:1.5rem;line-height:1.25;font-weight:680;letter-spacing:-.012em;text-wrap:balance}
.mark+h1{margin-bottom:.7rem}
h2{margin:1.5rem 0 .5rem;font-size:1rem;font-weight:650}
p{margin:0 0 1rem}
.lead{color:var(--soft);margin-bottom:1.5rem}
.lead strong,.fine strong{color:var(--text);font-weight:600}
.fine{color:var(--soft);font-size:.875rem;margin:1.25rem 0 0}
a{color:var(--link);text-underline-offset:.2em}
form{margin:0}
.field{margin:0 0 1.1rem}
label{display:block;margin:0 0 .35rem;font-weight:600;font-size:.9375rem}
.hint{display:block;color:var(--soft);font-size:.875rem;margin:-.15rem 0 .35rem}
input[type=email],input[type=password],input[type=text]{display:block;width:100%;min-height:2.9rem;padding:.55rem .8rem;
border:1px solid var(--field-edge);border-radius:.6rem;background:var(--field);color:var(--text);font:inherit}
input[aria-invalid=true]{border-color:var(--danger);box-shadow:0 0 0 1px var(--danger)}
input.code{font:600 1.45rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;letter-spacing:.14em;text-align:center;text-transform:uppercase}
:focus-visible{outline:3px solid var(--primary-edge);outline-offset:2px}
.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:2.9rem;padding:.6rem 1rem;border-radius:.6rem;
border:1px solid var(--field-edge);background:transparent;color:var(--text);font-family:inherit;font-size:1rem;font-weight:600;line-height:1.3;text-align:center;text-decoration:none;cursor:pointer}
.button:hover{background:var(--hover)}
.button.primary{background:var(--primary);color:var(--on-primary);border-color:var(--primary-edge)}
.button.primary:hover{background:var(--primary-hover)}
.actions{display:grid;gap:.7rem;margin-top:1.5rem}
form+form .actions{margin-top:.7rem}
.actions.two{grid-template-columns:1fr 1fr}
.alert{display:flex;gap:.65rem;margin:0 0 1.25rem;padding:.8rem .9rem;border:1px solid var(--danger-line);border-radius:.6rem;
background:var(--danger-soft);color:var(--danger);font-size:.9375rem;font-weight:550}
.alert svg{flex:none;margin-top:.1rem}
.person{display:flex;align-items:center;gap:.75rem;margin:0 0 1.25rem;padding:.7rem .85rem;border:1px solid var(--line);border-radius:.75rem}
.person .tile{width:2.25rem;height:2.25rem;font-size:1rem}
.person div{min-width:0;line-height:1.35}
.person b{display:block;font-weight:600}
.person span.soft{color:var(--soft);font-size:.9375rem}
.asking{margin:0 0 1rem}
.asking .logo,.asking .tile{display:grid;width:3.25rem;height:3.25rem;border-radius:.85rem;font-size:1.4rem}
.scopes{list-style:none;margin:0 0 1.25rem;padding:0;border:1px solid var(--line);border-radius:.75rem}
.scopes li{display:flex;gap:.65rem;padding:.7rem .85rem}
.scopes li+li{border-top:1px solid var(--line)}
.scopes svg{flex:none;margin-top:.22rem;color:var(--link)}
.scopes .fine{margin:0}
.show-code{margin:0 0 1.25rem;padding:.7rem;border-radius:.75rem;background:var(--hover);text-align:center;
font:650 1.6rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;letter-spacing:.12em}
.mark{display:grid;place-items:center;width:3.25rem;height:3.25rem;margin:0 0 1.1rem;border-radius:50%;background:var(--hover);color:var(--soft)}
.mark.good{background:var(--good-soft);color:var(--good)}
.mark.bad{background:var(--danger-soft);color:var(--danger)}
code{font:500 .875rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
dl{margin:1.5rem 0 0;padding:1rem 0 0;border-top:1px solid var(--line);font-size:.875rem;color:var(--soft);display:grid;grid-template-columns:auto 1fr;gap:.25rem .9rem}
dd{margin:0;color:var(--text)}
footer{max-width:26.5rem;color:var(--on-page-soft);font-size:.875rem;text-align:center}
@media (max-width:30rem){body{padding:0;gap:0;justify-content:flex-start;background:var(--card);color:var(--text)}
.card{border:0;border-radius:0;box-shadow:none;padding:1.5rem 1.25rem;max-width:none}
footer{padding:0 1.25rem 1.5rem;color:var(--soft)}}
@media (forced-colors:active){.tile,.mark{border:1px solid}}
@media (prefers-contrast:more){:root{--line:var(--field-edge);--soft:var(--text)}}
`
  .trim()
  .replaceAll('\n', '');
