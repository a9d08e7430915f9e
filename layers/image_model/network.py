"""MobileNetV2 in torch for fine-tuning: folded convolutions with rescaled channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import conv2d, hardtanh_, pad

from layers.image_model.backbone import Convolution, Layer, backbone_layers


class ConvolutionLayer(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """One convolution: weight [out, in / groups, k, k] times a gain for each output channel, and a bias.

    There is no batch norm: its statistics stay those of ImageNet, folded in. That halves the time of a training step,
    and images of other sources in the batch change nothing.
    """

    def __init__(self, folded: Convolution, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.weight = torch.nn.Parameter(torch.from_numpy(folded.weight.copy()))
        self.gain = torch.nn.Parameter(torch.ones(len(folded.bias)))
        self.bias = torch.nn.Parameter(torch.from_numpy(folded.bias.copy()))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """States [N, in, H, W] -> [N, out, H / stride, W / stride]."""
        weight = self.weight * self.gain[:, None, None, None]
        out = conv2d(self.padded(states), weight, self.bias, self.layer.stride, 0, 1, self.layer.groups)
        return hardtanh_(out, 0, 6) if self.layer.relu6 else out

    def padded(self, states: torch.Tensor) -> torch.Tensor:
        edge = self.weight.shape[-1] // 2
        if not edge:
            return states
        return pad(states, (0, 1, 0, 1) if self.layer.stride == 2 else (edge,) * 4)

    def rescale(self, states: torch.Tensor) -> None:
        """Scale each channel's weights so that its output for these states has variance 1; its gain compensates.

        The function stays the same, but one learning rate then suits all weights.
        """
        with torch.no_grad():
            output = conv2d(self.padded(states), self.weight, None, self.layer.stride, 0, 1, self.layer.groups)
            deviation = output.std((0, 2, 3)).clamp_min(1e-2)
            self.weight /= deviation[:, None, None, None]
            self.gain.copy_(deviation)

    def folded(self) -> Convolution:
        weight = (self.weight * self.gain[:, None, None, None]).detach().float().contiguous()
        return Convolution(weight.numpy(), self.bias.detach().float().numpy())


class Network(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """Pixels [N, 3, H, W] -> features [N, 1280], in two halves.

    The first `frozen` convolutions are never trained: edges and colours are the same in all images, and most of a
    training step's time would be spent there. Their output for an image (its state) can therefore be cached.
    """

    def __init__(self, folded: Sequence[Convolution], frozen: int) -> None:
        super().__init__()
        pairs = zip(folded, backbone_layers(), strict=True)
        self.steps = torch.nn.ModuleList(ConvolutionLayer(weights, layer) for weights, layer in pairs)
        self.frozen = frozen
        self.steps[:frozen].requires_grad_(False)

    def start(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels RGB 0-255 -> the state after the frozen convolutions, which must end where a block ends."""
        with torch.no_grad():
            return self._run((pixels.float() - 128) / 128, self.steps[: self.frozen])

    def finish(self, state: torch.Tensor, *, rescale: bool = False) -> torch.Tensor:
        """State -> features."""
        return self._run(state, self.steps[self.frozen :], rescale=rescale).float().mean((2, 3))

    def _run(self, state: torch.Tensor, steps: Sequence[ConvolutionLayer], *, rescale: bool = False) -> torch.Tensor:
        block_input = state
        for step in steps:
            block_input = state if step.layer.starts_block else block_input
            if rescale:
                step.rescale(state)
            state = step(state)
            if step.layer.adds_input:
                state = state + block_input
        return state

    def folded(self) -> list[Convolution]:
        """The convolutions for the export."""
        return [step.folded() for step in self.steps]


def as_planes(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """Images uint8 [N, H, W, 3] -> [N, 3, H, W], the channels last in memory."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)
