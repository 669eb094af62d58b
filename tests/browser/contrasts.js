// Return for each text that is seen in a part of the page: its words, how it stands out against what lies under it,
// and the level it stands for. The colours are what the browser has computed, half-transparent ones laid over each other.
(root) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });

  function colour(text) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { channels: [red, green, blue], alpha: alpha / 255 };
  }

  const over = ({ channels, alpha }, ground) => channels.map((one, index) => one * alpha + ground[index] * (1 - alpha));
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;

  function ground(node) {
    const layers = [];
    for (let one = node; one; one = parent(one)) layers.push(colour(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  }

  function opacity(node) {
    let product = 1;
    for (let one = node; one; one = parent(one)) product *= Number(getComputedStyle(one).opacity);
    return product;
  }

  function luminance(channels) {
    const [red, green, blue] = channels.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(node) {
    const under = ground(node);
    const { channels, alpha } = colour(getComputedStyle(node).color);
    const [light, dark] = [luminance(over({ channels, alpha: alpha * opacity(node) }, under)), luminance(under)].sort((one, other) => other - one);
    return (light + 0.05) / (dark + 0.05);
  }

  const found = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { textContent, parentElement: node } = texts.currentNode;
    const words = textContent.trim();
    if (words && node.checkVisibility()) found.push([words, contrast(node), node.closest("[data-level]")?.dataset.level ?? ""]);
  }
  return found;
}
