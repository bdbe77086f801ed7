//! How much work a frame is: draw calls, meshes, materials.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bevy::app::{App, Plugin};
use bevy::core_pipeline::core_3d::{AlphaMask3d, Opaque3d, Transparent3d};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::Res;
use bevy::pbr::Shadow;
use bevy::render::render_phase::{
    BinnedPhaseItem, SortedPhaseItem, ViewBinnedRenderPhases, ViewSortedRenderPhases,
};
use bevy::render::{Render, RenderApp, RenderSystems};
use bevy::ui_render::TransparentUi;

/// Draw calls of the last frame: one for each mesh of a pass, however many things wear it, and one for
/// each batch of transparent things, words and pictures.
#[derive(Clone, Default, Resource)]
pub struct DrawCalls(Arc<AtomicUsize>);

impl DrawCalls {
    /// Their number.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts the draw calls of each frame.
pub(super) struct DrawCallsPlugin;

impl Plugin for DrawCallsPlugin {
    fn build(&self, app: &mut App) {
        let draws = DrawCalls::default();
        app.insert_resource(draws.clone());
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            render.insert_resource(draws);
            render.add_systems(Render, count.in_set(RenderSystems::Render));
        }
    }
}

fn count(
    draws: Res<DrawCalls>,
    opaque: Res<ViewBinnedRenderPhases<Opaque3d>>,
    mask: Res<ViewBinnedRenderPhases<AlphaMask3d>>,
    shadow: Res<ViewBinnedRenderPhases<Shadow>>,
    transparent: Res<ViewSortedRenderPhases<Transparent3d>>,
    ui: Res<ViewSortedRenderPhases<TransparentUi>>,
) {
    let sum =
        binned(&opaque) + binned(&mask) + binned(&shadow) + sorted(&transparent) + sorted(&ui);
    draws.0.store(sum, Ordering::Relaxed);
}

fn binned<I: BinnedPhaseItem>(phases: &ViewBinnedRenderPhases<I>) -> usize {
    let one = phases.values().map(|phase| {
        // None in this window, whose camera draws directly.
        let multi = phase.multidrawable_meshes.len();
        let alone: usize = phase.unbatchable_meshes.values().map(|bin| bin.entities.len()).sum();
        multi + phase.batchable_meshes.len() + alone + phase.non_mesh_items.len()
    });
    one.sum()
}

fn sorted<I: SortedPhaseItem>(phases: &ViewSortedRenderPhases<I>) -> usize {
    let drawn = |item: &&I| !item.batch_range().is_empty();
    phases.values().map(|phase| phase.items.values().filter(drawn).count()).sum()
}
