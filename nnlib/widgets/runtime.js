// What makes explorers alive on a built page, without a kernel: it mounts each one with a stand-in
// for the kernel's model. The page's first script holds this; the script of each kind registers it.

/** The part of anywidget's model that explorers use, kept in the page. */
class PageModel {
  constructor(state) {
    this.state = state;
    this.handlers = new Map();
  }

  get(key) {
    return this.state[key];
  }

  set(key, value) {
    if (Object.is(this.state[key], value)) return;
    this.state[key] = value;
    for (const handler of this.handlers.get(`change:${key}`) ?? []) handler();
  }

  on(event, handler) {
    if (!this.handlers.has(event)) this.handlers.set(event, new Set());
    this.handlers.get(event).add(handler);
  }

  off(event, handler) {
    this.handlers.get(event)?.delete(handler);
  }

  save_changes() {} // there is no kernel to tell
}

/**
 * What a page adds to a model: an address for each state. The part of the address after # reads
 * "explorer=training.1&..." for the first training explorer of the page.
 */
function pageLink(name, number) {
  const key = `explorer=${name}.${number}`;
  return {
    /** The state in the page's address, or null if the address speaks of something else. */
    read() {
      const [first, ...rest] = window.location.hash.slice(1).split("&");
      return first === key ? rest.join("&") : null;
    },
    /** The address of the page with this state. */
    address: (text) => `${window.location.href.split("#")[0]}#${key}&${text}`,
  };
}

function numberOnPage(element, name) {
  return (
    [...document.querySelectorAll(`.nn-explorer[data-explorer="${name}"]`)].indexOf(element) + 1
  );
}

function mountOne(element, name, render) {
  const model = new PageModel(JSON.parse(element.querySelector("script").textContent));
  model.page = pageLink(name, numberOnPage(element, name));
  const cleanup = render({ model, el: element });
  const onHash = () => {
    if (model.page.read() === null) return;
    unmountOne(element);
    mountOne(element, name, render);
  };
  window.addEventListener("hashchange", onHash);
  element.nnCleanup = () => {
    window.removeEventListener("hashchange", onHash);
    cleanup();
  };
  element.dataset.ready = ""; // from here on the style sheet hides the still picture
  if (model.page.read() !== null) element.scrollIntoView({ block: "center" });
}

function unmountOne(element) {
  element.nnCleanup();
  delete element.nnCleanup;
  delete element.dataset.ready;
}

/** Every mount point in `root` that is alive (or not), with its kind. */
function mountPoints(root, alive) {
  return [...root.querySelectorAll(".nn-explorer")].filter((el) => "ready" in el.dataset === alive);
}

/** Bring every explorer in `root` to life whose kind is known. One that fails keeps its picture. */
function mount(root) {
  for (const element of mountPoints(root, false)) {
    const name = element.dataset.explorer;
    const render = window.nnExplorers.kinds[name];
    if (!render) continue;
    try {
      mountOne(element, name, render);
    } catch (error) {
      window.reportError(error); // as if uncaught, but the other explorers still start
    }
  }
}

/** Stop every explorer in `root`: no listener, timer or picture of theirs is left. */
function unmount(root) {
  mountPoints(root, true).forEach(unmountOne);
}

/** Make a kind of explorer known, and mount those on the page. */
function register(name, render) {
  window.nnExplorers.kinds[name] = render;
  mount(document);
}

/** The one global name: what the scripts of the kinds, and whoever changes the page, may call and take. */
export function openRegistry(shared) {
  window.nnExplorers = { kinds: {}, register, mount, unmount, shared };
}
