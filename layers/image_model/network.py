"""MobileNetV2 in torch for fine-tuning: folded convolutions whose channels are brought to one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import conv2d, hardtanh_, pad

from layers.image_model.folded import Folded, Place, places


class Step(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """One convolution: weight [out, in / groups, k, k] times a gain for each output channel, and a bias.

    There is no batch norm: its statistics stay those of ImageNet, folded in. That halves the time of a training step,
    and images of other sources in the batch change nothing.
    """

    def __init__(self, folded: Folded, place: Place) -> None:
        super().__init__()
        self.place = place
        self.weight = torch.nn.Parameter(torch.from_numpy(folded.weight.copy()))
        self.gain = torch.nn.Parameter(torch.ones(len(folded.bias)))
        self.bias = torch.nn.Parameter(torch.from_numpy(folded.bias.copy()))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """States [N, in, H, W] -> [N, out, H / stride, W / stride]."""
        weight = self.weight * self.gain[:, None, None, None]
        out = conv2d(self.padded(given), weight, self.bias, self.place.stride, 0, 1, self.place.groups)
        return hardtanh_(out, 0, 6) if self.place.bounded else out

    def padded(self, given: torch.Tensor) -> torch.Tensor:
        edge = self.weight.shape[-1] // 2
        if not edge:
            return given
        return pad(given, (0, 1, 0, 1) if self.place.stride == 2 else (edge,) * 4)

    def rescale(self, given: torch.Tensor) -> None:
        """Scale each channel's weights to variance 1 of what they give for these states; its gain takes the rest.

        The function stays the same, but all weights become of a size that one learning rate suits.
        """
        with torch.no_grad():
            found = conv2d(self.padded(given), self.weight, None, self.place.stride, 0, 1, self.place.groups)
            deviation = found.std((0, 2, 3)).clamp_min(1e-2)
            self.weight /= deviation[:, None, None, None]
            self.gain.copy_(deviation)

    def folded(self) -> Folded:
        weight = (self.weight * self.gain[:, None, None, None]).detach().float().contiguous()
        return Folded(weight.numpy(), self.bias.detach().float().numpy())


class Network(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """Pixels [N, 3, H, W] -> features [N, 1280], in two halves.

    The first `frozen` convolutions are never trained: edges and colours are the same in all images, and most of a
    training step's time would go there. What they make of an image (its state) can therefore be kept.
    """

    def __init__(self, folded: Sequence[Folded], frozen: int) -> None:
        super().__init__()
        pairs = zip(folded, places(), strict=True)
        self.steps = torch.nn.ModuleList(Step(weights, place) for weights, place in pairs)
        self.frozen = frozen
        self.steps[:frozen].requires_grad_(False)

    def start(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels RGB 0-255 -> the state after the frozen convolutions, which must end where a block ends."""
        with torch.no_grad():
            return self.passed((pixels.float() - 128) / 128, self.steps[: self.frozen])

    def finish(self, state: torch.Tensor, *, rescale: bool = False) -> torch.Tensor:
        """State -> features."""
        return self.passed(state, self.steps[self.frozen :], rescale=rescale).float().mean((2, 3))

    def passed(self, state: torch.Tensor, steps: Sequence[Step], *, rescale: bool = False) -> torch.Tensor:
        kept = state
        for step in steps:
            kept = state if step.place.opens else kept
            if rescale:
                step.rescale(state)
            state = step(state)
            if step.place.adds:
                state = state + kept
        return state

    def folded(self) -> list[Folded]:
        """The convolutions as they are exported."""
        return [step.folded() for step in self.steps]


def as_planes(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """Images uint8 [N, H, W, 3] -> [N, 3, H, W], the channels last in memory."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)
