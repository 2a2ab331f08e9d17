// What has to be there before the modules are: the chosen colours, before anything is drawn, and a word if a module does not arrive.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('nvmevf.theme');
  } catch {
    // Storage may be forbidden; then the system's colours hold.
  }
  if (chosen === 'dark' || chosen === 'light') {
    document.documentElement.dataset.theme = chosen;
  }

  addEventListener('error', (event) => {
    const wait = document.getElementById('wait');
    if (event.target instanceof HTMLScriptElement && wait) {
      wait.textContent = 'A part of the console did not arrive. Load this page again.';
    }
  }, true);
})();
